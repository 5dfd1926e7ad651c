package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static final Settings SETTINGS = Settings.in(Path.of("data"));

  @Test
  void whatThePromisesRestOnIsNotForTheCallerToSet() {
    assertThatThrownBy(() -> SETTINGS.with("fsync", "off"))
        .hasMessage("`fsync` is not for the caller to set");
    assertThatThrownBy(() -> SETTINGS.with("jit'\nfsync", "off"))
        .hasMessageContaining("is not the name of a setting");
    assertThatThrownBy(() -> SETTINGS.with("jit", "on'\nfsync = 'off"))
        .hasMessage("the value of `jit` has a control character");
    assertThatThrownBy(() -> SETTINGS.withMaxConnections(0))
        .hasMessage("max connections must be 10 to 1000, not `0`");
  }

  @Test
  void valuesAreQuoted() {
    var configuration =
        Configuration.of(SETTINGS.with("cluster_name", "it's \\ here"), "18.6.0", 5432, 107);
    assertThat(configuration.text()).contains("cluster_name = 'it''s \\\\ here'\n");
  }

  @Test
  void longPathsHaveNoSocket() {
    var deep = Settings.in(Path.of("/" + "d".repeat(100)));
    assertThat(Configuration.of(deep, "18.6.0", 5432, 107).text())
        .contains("unix_socket_directories = ''\n");
  }
}
