// A converter's interrupt says that there is work: an AVR's loop is awake then, a thread must be told.
#pragma once

namespace gripforce {

#if defined(__AVR__)
inline void wake_sampler() {}
#else
void wake_sampler();
#endif

}  // namespace gripforce
