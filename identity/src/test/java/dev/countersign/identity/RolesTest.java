package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RolesTest {

  /// The matrix as it is agreed; a change of a role is a change of this file, for all to see.
  @Test
  void matrixIsTheOneUnderVersionControl() throws IOException {
    try (InputStream file = RolesTest.class.getResourceAsStream("roles.txt")) {
      var agreed = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(matrix()).isEqualTo(agreed);
    }
  }

  private static String matrix() {
    var permissions = new TreeSet<String>();
    Roles.all().values().forEach(permissions::addAll);
    var roles = List.copyOf(Roles.all().keySet());
    var table = new StringBuilder("%-16s".formatted("permission"));
    roles.forEach(role -> table.append("  ").append(role));
    table.append('\n');
    for (var permission : permissions) {
      table.append("%-16s".formatted(permission));
      for (var role : roles) {
        var mark = Roles.of(role).contains(permission) ? "x" : "-";
        table.append("  ").append(mark).append(" ".repeat(role.length() - 1));
      }
      table.setLength(table.toString().stripTrailing().length());
      table.append('\n');
    }
    return table.toString();
  }

  @Test
  void unknownRolePermitsNothing() {
    for (var role :
        List.of("", "root", "Tenant_admin", "tenant_admin ", "approver", "reviewer:x")) {
      assertThat(Roles.of(role)).as(role).isEmpty();
      assertThat(Roles.grantable(role)).as(role).isFalse();
    }
  }

  @Test
  void namedApproverMayDoWhatAReviewerMay() {
    assertThat(Roles.of("approver:finance")).isEqualTo(Roles.of(Roles.REVIEWER));
    assertThat(Roles.grantable("approver:finance")).isTrue();
    for (var role : List.of("approver:", "approver:Finance", "approver:a b", "approver:1")) {
      assertThat(Roles.grantable(role)).as(role).isFalse();
    }
  }

  @Test
  void platformAdministratorIsNoRoleOfATenant() {
    assertThat(Roles.grantable(Roles.PLATFORM_ADMIN)).isFalse();
    Roles.all().keySet().stream()
        .filter(role -> !role.equals(Roles.PLATFORM_ADMIN))
        .forEach(role -> assertThat(Roles.grantable(role)).as(role).isTrue());
  }

  @Test
  void auditorWritesNothing() {
    assertThat(Roles.of(Roles.AUDITOR))
        .allMatch(permission -> permission.matches("[a-z]+:(read|verify|audit|export)"));
  }

  @Test
  void principalMayDoWhatOneOfHisRolesMay() {
    assertThat(Roles.permit(principal(Roles.OBSERVER, Roles.AUDITOR), "outcome:report")).isTrue();
    assertThat(Roles.permit(principal(Roles.OBSERVER, Roles.AUDITOR), "key:write")).isFalse();
    assertThat(Roles.permit(principal(), "ledger:read")).isFalse();
  }

  private static Principal principal(String... roles) {
    return new Principal(
        new TenantId(new UUID(0, 1)),
        Principal.Kind.API_KEY,
        "ck_1",
        "",
        new TreeSet<>(List.of(roles)),
        "main",
        1);
  }
}
