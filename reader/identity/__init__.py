"""Says which captures are one article and which are two: pure functions of captures, without a store.

The rule, its thresholds and its tables were measured on 126,290 captures; `docs/decisions/19-identity.md` has the
figures. Captures of one naming key (`addresses`) share a bucket; the keys of their titles and texts (`keys`) connect
them into articles (`partition`); of each article one version is shown (`shown`).
"""
