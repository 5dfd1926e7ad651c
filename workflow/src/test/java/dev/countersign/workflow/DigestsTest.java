package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.testkit.Property;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DigestsTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final UUID CASE = new UUID(3, 4);
  private static final Action ACTION =
      new Action("advance", Json.object().put("note", "é").put("amount", 12.5).build());
  private static final ProposedAction PROPOSED =
      new ProposedAction(TENANT, CASE, 7, "loan", 2, ACTION);

  @Test
  void bytesAreTheCanonicalFormOfTheSpecifiedMembers() {
    assertThat(new String(PROPOSED.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"case_id":"00000000-0000-0003-0000-000000000004","case_version":7,\
            "payload":{"amount":12.5,"note":"é"},\
            "tenant":"00000000-0000-0001-0000-000000000002","type":"advance",\
            "workflow":"loan","workflow_version":2}\
            """);
    assertThat(PROPOSED.digest()).isEqualTo(Digest.sha256(PROPOSED.bytes()));
  }

  @Test
  void everyMemberOfTheActionChangesItsDigest() {
    var payload = Json.object().put("note", "é").put("amount", 12.6).build();
    var others =
        List.of(
            new ProposedAction(new TenantId(new UUID(1, 3)), CASE, 7, "loan", 2, ACTION),
            new ProposedAction(TENANT, new UUID(3, 5), 7, "loan", 2, ACTION),
            new ProposedAction(TENANT, CASE, 8, "loan", 2, ACTION),
            new ProposedAction(TENANT, CASE, 7, "loans", 2, ACTION),
            new ProposedAction(TENANT, CASE, 7, "loan", 3, ACTION),
            new ProposedAction(TENANT, CASE, 7, "loan", 2, new Action("back", ACTION.payload())),
            new ProposedAction(TENANT, CASE, 7, "loan", 2, new Action("advance", payload)));
    var digests = new TreeSet<Digest>();
    digests.add(PROPOSED.digest());
    others.forEach(other -> digests.add(other.digest()));
    assertThat(digests).hasSize(others.size() + 1);
  }

  @Test
  void everyTermChangesTheApprovalDigest() {
    var expiry = Instant.parse("2026-11-01T00:00:00Z");
    var digest = PROPOSED.digest();
    var all = new TreeSet<Digest>();
    var one = ApprovalRequirement.ofOne(new TreeSet<>(List.of("reviewer")));
    var two = one.and(new ApprovalDemand(2, Optional.empty(), new TreeSet<>(), false));
    var never = Optional.<Instant>empty();
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/1", one, expiry, never, never).digest());
    all.add(
        new ApprovalTerms(Digest.ZERO, 1, "gate", "transition/1", one, expiry, never, never)
            .digest());
    all.add(
        new ApprovalTerms(digest, 2, "gate", "transition/1", one, expiry, never, never).digest());
    all.add(
        new ApprovalTerms(digest, 1, "other", "transition/1", one, expiry, never, never).digest());
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/2", one, expiry, never, never).digest());
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/1", two, expiry, never, never).digest());
    var later = expiry.plusNanos(1000);
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/1", one, later, never, never).digest());
    var escalates = Optional.of(expiry);
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/1", one, expiry, escalates, never)
            .digest());
    all.add(
        new ApprovalTerms(digest, 1, "gate", "transition/1", one, expiry, never, escalates)
            .digest());
    assertThat(all).hasSize(9);
  }

  @Test
  void everyTermOfAQuestionChangesItsApprovalDigest() {
    var expiry = Instant.parse("2026-11-01T00:00:00Z");
    var digest = PROPOSED.digest();
    var roles = ApprovalRequirement.ofOne(new TreeSet<>(List.of("reviewer")));
    var more = ApprovalRequirement.ofOne(new TreeSet<>(List.of("agent", "reviewer")));
    var all = new TreeSet<Digest>();
    all.add(new QuestionTerms(digest, CASE, 1, roles, expiry).digest());
    all.add(new QuestionTerms(Digest.ZERO, CASE, 1, roles, expiry).digest());
    all.add(new QuestionTerms(digest, new UUID(3, 5), 1, roles, expiry).digest());
    all.add(new QuestionTerms(digest, CASE, 2, roles, expiry).digest());
    all.add(new QuestionTerms(digest, CASE, 1, more, expiry).digest());
    all.add(new QuestionTerms(digest, CASE, 1, roles, expiry.plusNanos(1000)).digest());
    assertThat(all).hasSize(6);
  }

  @Test
  void bytesReadBackAreTheAction() {
    assertThat(ProposedAction.read(PROPOSED.bytes())).contains(PROPOSED);
  }

  /// A mutated action either is no action any more or has another digest; never is it the approved
  /// one.
  @Test
  void mutatedBytesNeverPassForTheApprovedAction() {
    var original = PROPOSED.bytes();
    Property.holdsFor(
        20_000,
        random -> {
          var bytes = original.clone();
          int place = random.nextInt(bytes.length);
          bytes[place] ^= (byte) (1 << random.nextInt(8));
          assertThat(Digest.sha256(bytes)).isNotEqualTo(PROPOSED.digest());
          assertThat(ProposedAction.read(bytes)).isNotEqualTo(Optional.of(PROPOSED));
        });
  }

  @Test
  void bytesInAnotherOrderAreNoAction() {
    var text = new String(PROPOSED.bytes(), StandardCharsets.UTF_8);
    var spaced = text.replace(",\"type\"", ", \"type\"");
    assertThat(ProposedAction.read(spaced.getBytes(StandardCharsets.UTF_8))).isEmpty();
    var extra = text.replace("2}", "2,\"x\":1}");
    assertThat(ProposedAction.read(extra.getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(ProposedAction.read(new byte[0])).isEmpty();
  }
}
