// The sketch itself, as a board would run it, for as long as the pipes say.
#include <stdio.h>

#include "radio.h"
#include "world.h"

#include "../../gripforce/gripforce.ino"

int main() {
  setup();
  uint64_t until_us = 0;
  while (radio::next_time(&until_us)) {
    while (world::now_us < until_us) loop();
    radio::done();
  }
}
