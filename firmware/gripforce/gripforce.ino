// gripforce: grip and load force, raw counts, to whoever listens. See docs/protocol.md.
//
// Dumb, fast and honest: no tare, no filter, no newtons here. Counters, ticks, and an account of
// every sample that was not to be had.

#include "config.h"

#include "src/board/this_board.h"
#include "src/core/device.h"
#include "src/core/messages.h"

#ifdef FRONTEND_ADS131M04
#include <SPI.h>
#endif

#ifndef BUILD_ID
#define BUILD_ID 0
#endif

using namespace gripforce;

// A block: its head and its samples, of four channels or of one, three bytes each; or the motion
// sensor's, where they need more.
#ifdef FRONTEND_ADS131M04
constexpr uint8_t kForceBytes = BLOCK_SAMPLES * 12;
constexpr uint16_t kCanDo = kCanResend | kCanStore | kCanDigitalOut | kCanTrigger | kCanSetRate | kCanWatch;
#else
constexpr uint8_t kForceBytes = BLOCK_SAMPLES * 3;
constexpr uint16_t kCanDo = kCanResend | kCanStore | kCanDigitalOut | kCanTrigger | kCanWatch;
#endif
#ifdef HAS_IMU
constexpr uint8_t kImuBytes = IMU_BLOCK_SAMPLES * Imu::kSampleBytes;
#else
constexpr uint8_t kImuBytes = 0;
#endif
constexpr uint8_t kBlockPayload = block::kData + (kForceBytes > kImuBytes ? kForceBytes : kImuBytes);
#ifdef PIN_BATTERY
constexpr uint16_t kBoardCanDo = kCanDo | kHasBattery;
#else
constexpr uint16_t kBoardCanDo = kCanDo;
#endif
// The longest thing said is the hello, the longest heard a calibration block of four channels.
constexpr uint8_t kHelloBytes =
    25 + sizeof BOARD_LABEL + 12 * kStreams + 15 * (4 + Imu::kChannels) + kFrameOverhead;
constexpr uint8_t kTalkBytes = kHelloBytes > 96 ? kHelloBytes : 96;
static_assert(RING_BLOCKS >= kStreams + 2, "each stream fills a block, one leaves, one waits");

static uint8_t ring_memory[RING_BLOCKS * Ring::block_bytes(kBlockPayload)];
static uint8_t talk[kTalkBytes];
static uint8_t notice[Device::notice_bytes(kStreams)];
static uint8_t uid[kUidBytes];
static StreamState streams[kStreams];

static Identity identity = {BOARD_LABEL, uid, kUidBytes, 0, kBoardCanDo, BUILD_ID, 0, 1, 0};
static ThisBoard board;
static ThisStorage storage;
static ThisLink link;
static Ring ring(ring_memory, RING_BLOCKS, kBlockPayload);
static Sampler sampler(ring, streams, kStreams);
static CalibrationStore calibration(storage, kCalibrationAt, kCalibrationCopyBytes);
static Device device(board, identity, ring, sampler, calibration, storage, kScratchAt,
              {talk, sizeof talk, notice, sizeof notice});

static bool talking;  // when speak() last looked

static bool work_waits() {
  return board.sample_waits() || (link.has_byte() && !device.busy()) || (talking && link.idle());
}

static void listen() {
  if (link.lost_bytes()) device.bytes_were_lost();
  while (link.has_byte() && !device.busy()) {
    const uint8_t next = link.take_byte();
    device.receive(next, next == 0 ? link.delimiter_tick() : 0, link.number());
  }
}

// Whether a frame went out.
static bool speak() {
  talking = !link.idle();
  if (talking) return false;
  const Frame frame = device.next_frame();
  if (frame.size == 0) {
    link.flush();
    return false;
  }
  link.send(frame, device.addressee());
  return true;
}

// A reset may have cut a frame in two: without this, the hello would be taken for its other half.
static const uint8_t delimiter = 0;

void setup() {
  link.begin(LINK_BAUD);
  link.send(Frame{&delimiter, 1});
  storage.begin();
  identity.boot = count_boot(storage);
  load_uid(storage, uid);
  board.begin(device);
  device.begin();
  start_watchdog();
}

void loop() {
  feed_watchdog();
  link.poll();
  board.begin_turn();
  device.listener_is_there(link.is_up(device.listener()));
  board.poll(device);
  if (board.has_new_charge() && link.show_battery(board.charge_percent())) board.charge_was_told();
  listen();
  const bool spoke = speak();
  board.end_turn();
  if (!spoke) board.rest(work_waits);
}
