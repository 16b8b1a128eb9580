//! From a row to the raw cell of each field: finds the columns that a recipe names and the single cells it points at.
