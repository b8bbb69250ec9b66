// HX711: one to four chips, each free-running on a clock of its own, each one stream.
//
// A pin-change interrupt stamps the moment at which a chip is ready; the word is read in the loop.
// What the datasheet warns of is looked for: a word that the next conversion tore, a chip that
// counted a clock too many (it then measures another input at another gain, and shows it by a
// pause of four conversions), a chip that is silent. Each ends in a reset and in a counted loss.
#pragma once

#include "../../config.h"
#include "../core/board.h"
#include "../core/device.h"

namespace gripforce {

#ifdef FRONTEND_HX711

class Hx711Cells {
 public:
  static constexpr uint8_t kStreams = HX711_CELLS;

  void begin();
  void poll(Device& device);
  bool sample_waits() const;
  void restart();

  bool present() const;
  uint16_t errors() const { return errors_; }
  bool set_rate(uint8_t, uint32_t) { return false; }  // a strap on the module decides
  StreamInfo stream(uint8_t stream) const;
  ChannelInfo channel(uint8_t stream, uint8_t index) const;

 private:
  struct Cell {
    uint32_t last_tick;   // of the last conversion that was counted
    uint32_t period_us;   // as measured: the chips' oscillators are off by up to 10 %
    uint8_t silences;     // in a row
    bool settling;        // after a reset: the next conversion may take its time
    bool counted;         // last_tick is one
    bool flawed;          // tell it with the next sample
  };

  bool read_word(uint8_t cell, uint8_t* word);
  void sample(Device& device, uint8_t cell, uint32_t tick);
  uint32_t conversions(const Cell& cell, uint32_t elapsed) const;
  void fault(uint8_t cell);
  void count_error();

  Cell cells_[HX711_CELLS];
  uint8_t turn_ = 0;
  uint16_t errors_ = 0;
};

#endif

}  // namespace gripforce
