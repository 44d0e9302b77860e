// The pages on which people decide whether two records are one person. They work without this; it adds keys.
import "./linkage.css";
import { startChoices } from "./choosing";
import { startKeys } from "./keys";

startChoices();
startKeys();
