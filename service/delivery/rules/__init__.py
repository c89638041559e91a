"""What delivery decides, in plain Python: `verdicts` reads a server's reply, `pace` says when to try
again, `compiled` turns a letter into bytes that are only joined per reader."""
