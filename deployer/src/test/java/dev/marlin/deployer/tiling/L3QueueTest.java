package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class L3QueueTest {
  /** Until it is seen. */
  private static final double SEEN = 50;

  private final L3Queue queue = new L3Queue(82, 1);

  @Test
  void aReadTakesItsLatencyAndAByteACycle() {
    L3Queue.Request read = queue.read(1000);
    assertThat(queue.isDone(read)).isFalse();
    queue.await(read);
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }

  @Test
  void aLayersOwnRequestWaitsForThePiecesThatAreOnTheBusAndForNoOther() {
    queue.prefetch(5 * L3Queue.LARGE_PIECE);
    queue.pass(5000);
    L3Queue.Request read = queue.read(1000);
    queue.await(read);
    assertThat(queue.now()).isCloseTo(2 * (82 + 8192) + 1082, within(3 * SEEN));
  }

  @Test
  void smallPiecesLetItPassSoon() {
    queue.backgroundPiece(L3Queue.SMALL_PIECE);
    queue.prefetch(5 * L3Queue.LARGE_PIECE);
    queue.await(queue.read(1000));
    assertThat(queue.now()).isCloseTo(2 * (82 + 4096) + 1082, within(3 * SEEN));
  }

  @Test
  void piecesFollowEachOtherWhileTheCoresCompute() {
    L3Queue.Request ahead = queue.prefetch(3 * L3Queue.LARGE_PIECE);
    queue.compute(1_000_000);
    queue.finish();
    assertThat(queue.isDone(ahead)).isTrue();
    double busy = 3 * (82 + 8192);
    assertThat(queue.now())
        .as("computing takes 4.5 % longer beside L3")
        .isCloseTo(1_000_000 + busy * (1 - 1 / 1.045), within(SEEN));
  }

  @Test
  void theCoresGoOnWhileTheFabricControllerWaits() {
    queue.compute(700);
    queue.await(queue.read(1000));
    queue.finish();
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }

  @Test
  void whatIsClaimedGoesBeforeWhatIsAskedForLater() {
    L3Queue.Request ahead = queue.prefetch(5 * L3Queue.LARGE_PIECE);
    queue.claim(ahead);
    L3Queue.Request later = queue.read(1000);
    queue.await(ahead);
    assertThat(queue.isDone(later)).isFalse();
    assertThat(queue.now()).isCloseTo(3 * 82 + 5 * 8192, within(SEEN));
  }

  @Test
  void aWriteHasTheBusForItself() {
    queue.read(1000);
    L3Queue.Request write = queue.write(500);
    queue.await(write);
    assertThat(queue.now()).isCloseTo(1082 + 582, within(2 * SEEN));
    queue.await(queue.read(100));
    assertThat(queue.now()).isCloseTo(1082 + 582 + 40 + 182, within(4 * SEEN));
  }

  @Test
  void settlingWaitsForWhatLayersAskedForButNotForWhatIsFetchedAhead() {
    queue.read(1000);
    queue.prefetch(100_000);
    queue.settle();
    assertThat(queue.now()).isCloseTo(1082, within(SEEN));
  }
}
