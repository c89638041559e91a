"""What is done for partners: keys, filters, and the record of what they were given."""
