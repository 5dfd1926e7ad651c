package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyFileTest {

  @TempDir private Path folder;

  @Test
  void aKeyIsReadAsItWasWrittenAndOnlyItsOwnerMayReadIt() throws IOException {
    var path = folder.resolve("key");
    var file = new SigningKeyFile(path);
    assertThat(file.exists()).isFalse();
    file.create(SmallLog.KEY);
    assertThat(file.exists()).isTrue();
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(file.load().verifier()).isEqualTo(SmallLog.KEY.verifier());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw-----w-", "rwx--x---", "rw----r--"})
  void aFileOpenToOthersIsRefused(String permissions) throws IOException {
    var path = folder.resolve("key");
    new SigningKeyFile(path).create(SmallLog.KEY);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(() -> new SigningKeyFile(path).load())
        .isInstanceOf(MalformedLedgerData.class)
        .hasMessageContaining("open to others");
  }

  @Test
  void anExistingFileIsNeverOverwritten() throws IOException {
    var path = folder.resolve("key");
    new SigningKeyFile(path).create(SmallLog.KEY);
    var before = Files.readString(path);
    assertThatThrownBy(() -> new SigningKeyFile(path).create(SmallLog.KEY))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(Files.readString(path)).isEqualTo(before);
  }

  @Test
  void aMissingOrCutFileIsRefused() throws IOException {
    var path = folder.resolve("key");
    assertThatThrownBy(() -> new SigningKeyFile(path).load())
        .isInstanceOf(UncheckedIOException.class);
    new SigningKeyFile(path).create(SmallLog.KEY);
    var text = Files.readString(path);
    Files.writeString(path, text.substring(0, text.length() - 9));
    assertThatThrownBy(() -> new SigningKeyFile(path).load())
        .isInstanceOf(MalformedLedgerData.class);
  }
}
