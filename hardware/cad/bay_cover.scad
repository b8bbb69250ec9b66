// Bay cover: between the electronics and the steel.
include <parameters.scad>

module bay_cover() {
    z = bay_floor + fit;
    difference() {
        box([-body_inner + 0.6, body_inner - 0.6], [body_y0 + wall + 3.6, body_y1 - back_wall - 0.6], [z, z + 1.6]);
        for (at = cover_holes) m3_hole_z(at, z, z + 1.6);
    }
}

multmatrix(print_bay_cover) bay_cover();
