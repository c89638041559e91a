"""An edition's life: `draft` makes it, `decide` is what a person does with it, `dispatch` sends it."""
