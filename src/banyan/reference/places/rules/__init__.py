"""What is true of place tables whatever the database says: headers, levels, rows, names, differences."""
