package dev.countersign.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.cli.yaml.PlacedYaml.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacedYamlTest {
  @Test
  void whatWasReadKnowsWhereItStands() {
    var yaml = PlacedYaml.read("name: one\nparts:\n  - {key: a}\n");
    assertThat(yaml.json()).hasToString("{\"name\":\"one\",\"parts\":[{\"key\":\"a\"}]}");
    assertThat(yaml.place("/parts/0/key")).isEqualTo(new Place(3, 11));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\\x",
        "\"\\u12",
        "a: *b",
        "a: &b [*b]",
        "{",
        "a: 1\na: 2",
        "- !!set {a}",
        "a: !!str 1",
        ""
      })
  void whatIsNoneIsToldAsThat(String text) {
    assertThatThrownBy(() -> PlacedYaml.read(text)).isInstanceOf(MalformedYaml.class);
  }
}
