// Entry for a page that wants only the picker, without the shell.
import { startIslands } from "../shell/islands";

startIslands(document);
