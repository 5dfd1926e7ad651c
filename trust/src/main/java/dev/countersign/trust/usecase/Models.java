package dev.countersign.trust.usecase;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.Learner;
import dev.countersign.trust.predict.Manifest;
import dev.countersign.trust.predict.Model;
import dev.countersign.trust.predict.Model.Opened;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.ModelStore;
import java.time.Duration;
import java.util.Optional;

/// The models that this node has opened. A version never changes, so an opened one stays right;
/// after a while it is read and checked again.
///
/// Safe for use by many threads. Who drops out of the cache may still be asked by somebody, so
/// nothing is closed here: its memory goes with the last one who holds it.
public final class Models {
  /// Of all tenants; a model of a few hundred trees takes about a megabyte.
  private static final int MOST = 200;

  private static final Duration BELIEVED = Duration.ofMinutes(10);

  private final Xgboost.Loaded loaded;
  private final ModelStore store = new ModelStore();
  private final Cache<Key, Opened> opened =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(BELIEVED).build();

  private record Key(TenantId tenant, Predictor predictor, int version) {}

  /// @param loaded what learns, or why nothing can
  public Models(Xgboost.Loaded loaded) {
    this.loaded = loaded;
  }

  /// Whether anything can be learned or asked on this node.
  public Xgboost.Loaded loaded() {
    return loaded;
  }

  /// A registered version, opened if its file is the registered one.
  Opened open(TenantTransaction transaction, Predictor predictor, int version) {
    return switch (loaded) {
      case Xgboost.Loaded.Missing(var why) -> new Opened.Refused(why);
      case Xgboost.Loaded.Ready(var learner) -> {
        var key = new Key(transaction.tenant(), predictor, version);
        var known = opened.getIfPresent(key);
        if (known == null) {
          known = read(transaction, predictor, version, learner);
          opened.put(key, known);
        }
        yield known;
      }
    };
  }

  /// What is known of a registered version; empty where it cannot be opened.
  Optional<Manifest> manifest(TenantTransaction transaction, Predictor predictor, int version) {
    return open(transaction, predictor, version) instanceof Opened.Ready(var model)
        ? Optional.of(model.manifest())
        : Optional.empty();
  }

  private Opened read(
      TenantTransaction transaction, Predictor predictor, int version, Learner learner) {
    var registered = store.version(transaction, predictor, version);
    var file = store.file(transaction, predictor, version);
    if (registered.isEmpty() || file.isEmpty()) {
      return new Opened.Refused("version " + version + " is not in the registry");
    }
    return Model.open(file.get(), registered.get().digest(), learner);
  }
}
