"""Decides which captures are versions of one article: pure functions of captures, without a store.

The rule, its thresholds and its tables were measured on 126,290 captures; `docs/decisions/19-identity.md` has the
figures. Captures with the same naming key (`addresses`) share a bucket; the keys of their titles and texts (`keys`)
connect them into articles (`partition`); of each article one version is shown (`shown`).
"""
