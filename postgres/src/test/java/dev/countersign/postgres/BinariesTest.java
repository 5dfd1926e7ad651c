package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {

  @Test
  void halfUnpackedProgramsAreUnpackedAgain(@TempDir Path cache) throws Exception {
    var binaries = Binaries.onClassPath(Platform.current());
    var home = "postgresql-" + binaries.version() + "-" + Platform.current().name();
    Files.createDirectories(cache.resolve(home + "/bin"));
    Files.writeString(cache.resolve(home + "/bin/postgres"), "torn");
    Files.createDirectories(cache.resolve(home + ".unpacking/lib"));

    var bin = binaries.unpackedIn(cache);

    assertThat(bin.resolve("postgres")).isExecutable();
    assertThat(bin.resolve("initdb")).isExecutable();
    assertThat(Files.size(bin.resolve("postgres"))).isGreaterThan(1 << 20);
    assertThat(cache.resolve(home + ".unpacking")).doesNotExist();
    assertThat(binaries.unpackedIn(cache)).isEqualTo(bin);
  }

  @Test
  void otherPlatformsAreNamed(@TempDir Path root) {
    assertThatThrownBy(() -> Platform.of("Windows 11", "amd64", root))
        .isInstanceOf(PostgresUnavailable.Unsupported.class)
        .hasMessageContaining("`Windows 11` on `amd64`")
        .hasMessageContaining("countersign.database.url");
    assertThatThrownBy(() -> Platform.of("Linux", "amd64", root))
        .isInstanceOf(PostgresUnavailable.Unsupported.class)
        .hasMessageContaining("needs glibc");
  }
}
