"""Pure functions about forms: no Django tables, no clock, no input or output."""
