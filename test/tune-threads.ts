/** Loaded before each test file: like the command line, a test owns its process. */
import { tuneThreads } from '#src/threads/start-threads.js';

tuneThreads();
