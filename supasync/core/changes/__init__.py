"""What each statement does, object by object, and the words for it. Face: `Change`, `changes_of`, `describe`."""
