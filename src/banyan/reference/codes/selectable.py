"""What criteria may ask of this room: the codes of lists with their labels, for whoever writes a criterion."""

CHOICES = "banyan.reference.codes.queries.labels"
