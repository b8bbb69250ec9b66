// The core of a research device with a BLE link, on this computer: what would run on an nRF52840,
// with a converter whose counts tell the sample's number, and a radio made of pipes.

#include "../../gripforce/src/board/ble_link.h"
#include "../../gripforce/src/core/device.h"
#include "../../gripforce/src/core/messages.h"
#include "radio.h"

using namespace gripforce;

namespace {

constexpr uint8_t kChannels = 4, kBlockSamples = 16;
constexpr uint8_t kPayload = block::kData + kBlockSamples * kChannels * 3;
constexpr uint16_t kRingBlocks = 510;  // 8.2 s at 1 kHz: 107 kB of an nRF52840's 256
constexpr uint32_t kPeriodUs = 1000, kStepUs = 500;

class CountingBoard : public Board {
 public:
  void poll(Device& device) {
    while (running_ && radio::now_us >= due_us_) {
      uint8_t sample[kChannels * 3];
      for (uint8_t c = 0; c < kChannels; ++c) {
        const uint32_t count = (taken_ + c * 1000000UL) & 0x7FFFFF;
        for (uint8_t i = 0; i < 3; ++i) sample[3 * c + i] = static_cast<uint8_t>(count >> 8 * i);
      }
      device.take(0, sample, static_cast<uint32_t>(due_us_), 0);
      ++taken_;
      due_us_ += kPeriodUs;
    }
  }

  uint32_t tick_us() override { return static_cast<uint32_t>(radio::now_us); }
  StreamInfo stream(uint8_t) override { return {24, kChannels, kBlockSamples, 1000000, 1500}; }
  ChannelInfo channel(uint8_t, uint8_t i) override {
    return {static_cast<uint8_t>(kGripThumb + i), kVolt, 1118, -12, 8388607, 0};
  }
  bool start() override {
    taken_ = 0;
    due_us_ = radio::now_us + kPeriodUs;
    return running_ = true;
  }
  void stop() override { running_ = false; }
  bool set_rate(uint8_t, uint32_t) override { return false; }
  uint16_t flags() override { return 0; }
  uint16_t adc_errors() override { return 0; }
  uint16_t battery_mv() override { return 3900; }
  uint16_t self_test() override { return 0; }
  bool digital_out(uint8_t, bool, uint16_t) override { return false; }
  bool next_edge(Edge*) override { return false; }

 private:
  bool running_ = false;
  uint32_t taken_ = 0;
  uint64_t due_us_ = 0;
};

class Memory : public Storage {
 public:
  uint8_t read(uint16_t address) override { return bytes_[address % sizeof bytes_]; }
  void write(uint16_t address, uint8_t value) override { bytes_[address % sizeof bytes_] = value; }

 private:
  uint8_t bytes_[1024] = {};
};

uint8_t ring_memory[kRingBlocks * Ring::block_bytes(kPayload)];
uint8_t talk[250];
uint8_t notice[Device::notice_bytes(1)];
const uint8_t uid[] = {0x52, 0x84, 0x01};
StreamState streams[1];
const Identity identity = {"host-ble", uid, sizeof uid, 1, kCanResend | kCanStore | kHasBattery, 1,
                           0, 1, 0};

CountingBoard board;
Memory storage;
BleLink link;
Ring ring(ring_memory, kRingBlocks, kPayload);
Sampler sampler(ring, streams, 1);
CalibrationStore calibration(storage, 64, 240);
Device device(board, identity, ring, sampler, calibration, storage, 32,
              {talk, sizeof talk, notice, sizeof notice});

void listen() {
  if (link.lost_bytes()) device.bytes_were_lost();
  while (link.has_byte() && !device.busy()) device.receive(link.take_byte(), link.delimiter_tick());
}

// Sends until there is nothing more, or the radio takes no more.
void speak() {
  while (link.idle()) {
    const Frame frame = device.next_frame();
    if (frame.size == 0) break;
    link.send(frame);
    listen();
  }
  if (link.idle()) link.flush();
}

}  // namespace

int main() {
  if (!link.begin("GF-host")) return 1;
  link.show_battery(80);
  device.begin();
  uint64_t until_us = 0;
  while (radio::next_time(&until_us)) {
    while (radio::now_us < until_us) {
      radio::now_us += kStepUs;
      board.poll(device);
      link.poll();
      listen();
      speak();
    }
    radio::done();
  }
}
