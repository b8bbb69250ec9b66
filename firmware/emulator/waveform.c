#include "emulator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ONE_G 8197 /* counts of 0.122 mg */

static bool parse_row(const char *line, double *t_s, int32_t *counts)
{
    double v[COLUMNS] = {[COLUMNS - 1] = ONE_G};
    const int n = sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", t_s, v, v + 1, v + 2, v + 3,
                         v + 4, v + 5, v + 6, v + 7, v + 8, v + 9);
    if (n != 1 + CHANNELS && n != 1 + COLUMNS) return false;
    for (int c = 0; c < COLUMNS; c++) {
        if (!(fabs(v[c]) < 2147483647.0)) return false;
        counts[c] = (int32_t)lrint(v[c]);
    }
    return isfinite(*t_s);
}

bool waveform_read(struct waveform *w, const char *path)
{
    char line[256];
    size_t room = 0, number = 0;
    FILE *file = fopen(path, "r");
    memset(w, 0, sizeof *w);
    if (!file) {
        fprintf(stderr, "emulator: cannot read the waveform %s\n", path);
        return false;
    }
    while (fgets(line, sizeof line, file)) {
        number++;
        if (number == 1 && line[0] == 't') continue;
        if (w->rows == room) {
            room = room ? 2 * room : 4096;
            w->t_s = realloc(w->t_s, room * sizeof *w->t_s);
            w->counts = realloc(w->counts, room * sizeof *w->counts);
        }
        if (!parse_row(line, &w->t_s[w->rows], w->counts[w->rows]) ||
            (w->rows && w->t_s[w->rows] <= w->t_s[w->rows - 1])) {
            fprintf(stderr, "emulator: %s, line %zu: want rising t_s and four counts, or ten\n", path,
                    number);
            fclose(file);
            return false;
        }
        w->rows++;
    }
    fclose(file);
    if (!w->rows) fprintf(stderr, "emulator: the waveform %s is empty\n", path);
    return w->rows > 0;
}

int32_t waveform_at(const struct waveform *w, double t_s, int column)
{
    size_t low = 0, high = w->rows - 1;
    if (t_s <= w->t_s[0]) return w->counts[0][column];
    if (t_s >= w->t_s[high]) return w->counts[high][column];
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (w->t_s[middle] <= t_s)
            low = middle;
        else
            high = middle;
    }
    double share = (t_s - w->t_s[low]) / (w->t_s[high] - w->t_s[low]);
    double value = w->counts[low][column] +
                   share * ((double)w->counts[high][column] - w->counts[low][column]);
    return (int32_t)lrint(fmin(fmax(value, -8388608), 8388607));
}
