"""How a query is answered: planned, evaluated, sorted and scored."""
