"""Work that outlives the process that was asked for it: tasks in the database, until done."""
