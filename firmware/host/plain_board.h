// What boards without hardware share: four force channels of 24 bits, one output, nothing to report.
#pragma once

#include "../gripforce/src/core/device.h"
#include "../gripforce/src/core/messages.h"

namespace gripforce {

constexpr uint8_t kChannels = 4, kBlockSamples = 16, kWidth = 3;
constexpr uint8_t kPayload = block::kData + kBlockSamples * kChannels * kWidth;

class PlainBoard : public Board {
 public:
  ChannelInfo channel(uint8_t, uint8_t index) override {
    return {static_cast<uint8_t>(kGripThumb + index), kVolt, 11176, -13, 8388607, 0};
  }
  uint16_t capacity_dn(uint8_t) override { return 0; }
  void stop() override {}
  uint16_t flags() override { return 0; }
  uint16_t adc_errors() override { return 0; }
  uint16_t battery_mv() override { return 0; }
  uint16_t self_test() override { return 0; }
  bool digital_out(uint8_t line, bool, uint16_t) override { return line == 0; }
  bool next_edge(Edge*) override { return false; }

 protected:
  // Hands on one sample of all channels; `counts` gives those of a channel.
  template <typename Counts>
  static void take(Device& device, uint32_t tick, Counts counts) {
    uint8_t bytes[kChannels * kWidth];
    for (uint8_t c = 0; c < kChannels; ++c) {
      const uint32_t value = static_cast<uint32_t>(counts(c));
      for (uint8_t i = 0; i < kWidth; ++i) {
        bytes[c * kWidth + i] = static_cast<uint8_t>(value >> 8 * i);
      }
    }
    device.take(0, bytes, tick, 0);
  }
};

}  // namespace gripforce
