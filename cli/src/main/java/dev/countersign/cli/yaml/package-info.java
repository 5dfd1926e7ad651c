/// YAML as JSON values that know where they stand in their file, so that what is wrong is said with
/// line and column. Start at [PlacedYaml].
@NullMarked
package dev.countersign.cli.yaml;

import org.jspecify.annotations.NullMarked;
