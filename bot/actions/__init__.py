"""What a run does on x.com: one file per action, all of one shape: `perform(visit, ...) -> ActionResult`."""
