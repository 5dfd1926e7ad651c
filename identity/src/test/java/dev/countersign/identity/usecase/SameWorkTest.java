package dev.countersign.identity.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.ApiKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.crypto.Mac;
import javax.crypto.MacSpi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every key that is refused costs the same number of hashes, whatever is wrong with it.
class SameWorkTest {
  private static final String HERE = KeysTest.HERE;

  private static final ConcurrentMap<Thread, Integer> HASHES = new ConcurrentHashMap<>();

  /// Before the node, which asks for its hash once and copies that for each key.
  private final Provider counting = insert();

  private final IdentityNode node = new IdentityNode();
  private final ApiKey admin = node.create(node.tenant("acme"));

  /// The JDK's HMAC, whose copies are counted: what connections hash for their passwords is none.
  public static final class CountedMac extends MacSpi {
    private final Mac mac;
    private final boolean copy;

    public CountedMac() throws GeneralSecurityException {
      this(Mac.getInstance("HmacSHA256", "SunJCE"), false);
    }

    private CountedMac(Mac mac, boolean copy) {
      this.mac = mac;
      this.copy = copy;
    }

    @Override
    public Object clone() throws CloneNotSupportedException {
      return new CountedMac((Mac) mac.clone(), true);
    }

    @Override
    protected int engineGetMacLength() {
      return mac.getMacLength();
    }

    @Override
    protected void engineInit(Key key, AlgorithmParameterSpec parameters) {
      try {
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineUpdate(byte input) {
      mac.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      mac.update(input, offset, length);
    }

    @Override
    protected byte[] engineDoFinal() {
      if (copy) {
        HASHES.merge(Thread.currentThread(), 1, Integer::sum);
      }
      return mac.doFinal();
    }

    @Override
    protected void engineReset() {
      mac.reset();
    }
  }

  private static final class Counting extends Provider {
    private static final long serialVersionUID = 1;

    Counting() {
      super("Counting", "1", "counts hashes");
      put("Mac.HmacSHA256", CountedMac.class.getName());
    }
  }

  private static Provider insert() {
    var provider = new Counting();
    Security.insertProviderAt(provider, 1);
    return provider;
  }

  @AfterEach
  void close() {
    Security.removeProvider(counting.getName());
    node.close();
  }

  private Call asAdmin() {
    var principal = node.authenticate.verifyAnew(admin, HERE).orElseThrow().principal();
    return new Call(principal, "0".repeat(32), "local", Optional.empty());
  }

  private ApiKey issue(Json.Builder request) {
    return shown(
        node.issue
            .in(asAdmin(), IssueKey.Request.parse(request.put("name", "robot").build()))
            .answer());
  }

  private static ApiKey shown(JsonObject answer) {
    return ApiKey.parse(answer.text("key").orElseThrow()).orElseThrow();
  }

  private static int hashes() {
    return HASHES.getOrDefault(Thread.currentThread(), 0);
  }

  @Test
  void everyRefusalCostsTheSame() {
    var revoked = issue(Json.object());
    var expired =
        issue(Json.object().put("expires_at", node.clock.instant().plusSeconds(1).toString()));
    var elsewhere = issue(Json.object().put("networks", Json.strings(List.of("10.0.0.0/8"))));
    var rotated = issue(Json.object());
    var rotating = issue(Json.object());
    node.revoke.in(asAdmin(), revoked.keyId());
    node.rotate.in(asAdmin(), rotated.keyId(), new RotateKey.Request(Duration.ZERO));
    node.rotate.in(asAdmin(), rotating.keyId(), new RotateKey.Request(Duration.ofHours(1)));
    node.clock.advance(Duration.ofSeconds(1));
    Map<String, ApiKey> keys = new LinkedHashMap<>();
    keys.put("unknown", new ApiKey("ck_0000000000000000", admin.secret()));
    keys.put("wrong", new ApiKey(admin.keyId(), "A".repeat(43)));
    keys.put("revoked", revoked);
    keys.put("expired", expired);
    keys.put("elsewhere", elsewhere);
    keys.put("rotated", rotated);
    keys.put("wrong while rotating", new ApiKey(rotating.keyId(), "A".repeat(43)));

    // What is loaded once is loaded before anything is counted.
    assertThat(node.authenticate.verify(new ApiKey("ck_0000000000000001", admin.secret()), HERE))
        .isEmpty();
    var work = new LinkedHashMap<String, Integer>();
    keys.forEach((what, key) -> {
      int before = hashes();
      // Twice: what the first time remembered must not make the second one cheaper either.
      assertThat(node.authenticate.verify(key, HERE)).as(what).isEmpty();
      assertThat(node.authenticate.verify(key, HERE)).as(what).isEmpty();
      work.put(what, hashes() - before);
    });
    assertThat(new TreeSet<>(work.values())).as(work.toString()).hasSize(1);
    assertThat(work.get("unknown")).as("hashes of two attempts").isPositive();
  }
}
