"""The desk: what an editor sees, decides and stops, in a browser. One file per page."""
