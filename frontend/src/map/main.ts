// Entry for a page that wants only the map, without the shell.
import { startIslands } from "../shell/islands";

startIslands(document);
