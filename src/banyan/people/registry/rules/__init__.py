"""Pure rules of the register: ages, composition of households, search questions and ranking."""
