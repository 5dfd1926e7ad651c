/// YAML as JSON values: what people write by hand and the API takes as JSON.
///
/// Start at [YamlReader]. What always holds (`YamlReaderTest`): what it accepts means what the
/// equal JSON means, so both have one digest; and whatever it is given, it answers with a value or
/// with [MalformedYaml].
///
/// Nothing here knows of HTTP or of what a document is about.
@NullMarked
package dev.countersign.server.yaml;

import org.jspecify.annotations.NullMarked;
