"""The shell declares no permission of its own: its pages are open to every account and show what the account may see."""
