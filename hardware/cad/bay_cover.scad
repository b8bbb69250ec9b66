// Bay cover: between the electronics and the steel. Tongues at its back, two flush screws in front.
include <parameters.scad>

module bay_cover() {
    difference() {
        union() {
            box([-body_inner + 0.6, body_inner - 0.6], [cover_y0, cover_y1], [cover_z0, cover_z1]);
            for (x = tongues) box(x, [cover_y1 - 0.1, cover_y1 + tongue], [cover_z0, cover_z1]);
        }
        // room for the nut of the tray's screw
        box([-6.6, 6.6], [cover_y0 - 1, body_y0 + wall + 3.8], [cover_z0 - 1, cover_z1 + 1]);
        for (at = cover_holes) {
            m3_hole_z(at, cover_z0, cover_z1);
            m3_countersink_z(at, cover_z0);
        }
    }
}

multmatrix(print_bay_cover) bay_cover();
