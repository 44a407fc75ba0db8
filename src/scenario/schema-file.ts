/** Where the JSON Schema of scenario files is: the build writes it beside the compiled code, and the package exports it. */
export const SCHEMA_URL = new URL('./scenario.schema.json', import.meta.url);
