package dev.countersign.workflow;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// One action on one version of one case: exactly what is approved and exactly what runs.
///
/// Its canonical bytes are stored with the proposal; an execution reads them back and nothing else.
public record ProposedAction(
    TenantId tenant,
    UUID caseId,
    long caseVersion,
    String workflow,
    int workflowVersion,
    Action action) {

  private static final int DEPTH = 32;

  /// The action on the case as it is.
  public static ProposedAction of(TenantId tenant, Case subject, Action action) {
    return new ProposedAction(
        tenant,
        subject.id(),
        subject.version(),
        subject.workflow(),
        subject.workflowVersion(),
        action);
  }

  /// RFC 8785 form, in UTF-8.
  public byte[] bytes() {
    return CanonicalJson.bytes(
        Json.object()
            .put("tenant", tenant.toString())
            .put("case_id", caseId.toString())
            .put("case_version", caseVersion)
            .put("workflow", workflow)
            .put("workflow_version", workflowVersion)
            .put("type", action.type())
            .put("payload", action.payload())
            .build());
  }

  /// The action digest: SHA-256 of [#bytes].
  public Digest digest() {
    return Digest.sha256(bytes());
  }

  /// Reads [#bytes]; empty for anything that is not, byte for byte, the form of an action, so that
  /// bytes which were touched never run.
  public static Optional<ProposedAction> read(byte[] bytes) {
    try {
      if (!(JsonReader.read(new String(bytes, StandardCharsets.UTF_8), DEPTH)
          instanceof JsonObject json)) {
        return Optional.empty();
      }
      var action =
          new ProposedAction(
              new TenantId(UUID.fromString(json.text("tenant").orElseThrow())),
              UUID.fromString(json.text("case_id").orElseThrow()),
              json.number("case_version").orElseThrow().longValue(),
              json.text("workflow").orElseThrow(),
              json.number("workflow_version").orElseThrow().intValue(),
              new Action(json.text("type").orElseThrow(), json.object("payload").orElseThrow()));
      return Arrays.equals(action.bytes(), bytes) ? Optional.of(action) : Optional.empty();
    } catch (RuntimeException malformed) {
      return Optional.empty();
    }
  }
}
