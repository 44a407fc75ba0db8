/** Loaded before each test file: a test's process is its own, as the command line's is. */
import { tuneThreads } from '#src/threads/start-threads.js';

tuneThreads();
