"""What can be done to the content store: `store` keeps one article, `pull` runs a source,
`missing` deals with articles that a source no longer shows."""
