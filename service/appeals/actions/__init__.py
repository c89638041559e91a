"""What is done with donation calls: `calling` says which one stands where, `campaigns` keeps the desk's own,
`carried` notes which letters asked, `gifts` counts what came."""
