// Every dimension of the object, once. Millimetres.
//
// Frame: origin where the grip axis crosses the middle of the object; x along the grip axis
// (index at +x, thumb at -x), y away from the subject, z up.
// Parts of one digit are drawn on the index side; the thumb's are the same parts turned half
// a turn about y, so index hangs on the upper load cell and thumb on the lower one.
//
// Change a number here, run `make -C hardware`, and read what the checks say.

$fn = 40;

// ---- Load cell: a bar that bends across its height. Measure yours: sellers' drawings differ.
cell_length = 47;
cell_width = 12;
cell_height = 6;
cell_hole_inset = 4;      // end of the bar to the middle of the outer hole
cell_hole_pitch = 7;      // outer hole to inner hole
cell_pad = 14;            // length at each end that a mount may touch; between lies the flexure

// ---- Screws and fits
m3_clear = 3.4;
m3_head = 6.6;            // countersunk head, diameter with room to sit below the face
m3_cap = 5.6;             // socket cap head, diameter
m3_key = 5.8;             // room for a cap screw and its key
m3_pilot = 2.6;           // M3 cuts its own thread in plastic
m3_nut = 6.4;             // nut, across corners
m5_clear = 5.4;
m5_nut = 9.4;
fit = 0.3;                // sliding printed fit, each side
washer = 0.5;             // steel shim between grip cell and carrier: the stop against overload

// ---- Digits: plates as in the WAY-EEG-GAL object (35 x 35 mm, 45 mm apart)
plate_side = 35;
plate_edge = 1;           // chamfer
plate = 3;
sheet = 0.5;              // surface sheet: sandpaper, suede or silk with its tape
load_gap = 2;             // between the two load cells, one above the other
web_gap = 0.5;            // bracket's web to the other digit's load cell
web = 3;                  // bracket: aluminium angle 15 x 15 x 3 mm, sawn off
flange = 3;
angle_side = 15;
bracket_end = 29.5;       // reaches this far before the middle of the object, past the cells' ends
carrier = 3;              // plate carrier: aluminium flat bar 30 x 3 mm, sawn off
carrier_half = 15;
shoe_gap = 0.25;          // plate to carrier, each side; ribs fill it
shoe_stop = 1.5;          // wall of the plate that meets the carrier's front end
lip = 1.6;                // plate's lips behind the carrier
lip_gap = 0.15;
lip_cover = 1.8;

// ---- Capacity: the grip force on each digit that the object is declared to bear. Strength
// (hardware/strength), the device's hello, the session's limit and the safety page follow it.
capacity_n = 60;

// ---- Spine: holds the fixed ends of the load cells, carries the tether eye
shelf = 8;
spine_half = 13;          // half its width in x
spine_gap = 1;            // cells' ends to the spine's wall
spine_wall = 14;
spine_gusset = 6;         // height of the slope behind each shelf
eye_hole = 6;
eye_z = 21;
foot = 7.5;
foot_thread = 8;

// ---- Body and tray
finger_room = 8.5;        // plates to the body's top
deck = 3;
bay = 30;                 // height for the electronics: battery, board, processor in its socket, cover
wall = 2.4;
back_wall = 5;
steel_side = 50;          // mass plates: steel flat bar 50 x 5 mm, cut to 50 mm
steel = 5;
steel_count = 8;
steel_play = 1;
tray_wall = 2;
tray_foam = 2;            // foam on top keeps the plates from rattling
rail = 3;                 // how far the tray's rails stand out, 45 degrees
rail_land = 1.2;
lip_land = 1.5;
tab = 3;
tab_half = 10;

// ---- Electronics: battery under the deck, one board below it with its parts downwards (hardware/board)
board_length = 58;        // along x
board_width = 50;         // along y
board_thick = 1.6;
board_gap = 8;            // deck to board: battery and the cells' cables
board_edge = 0.6;         // board to the back wall
board_hole = [29, 3.2];   // from the board's corner, as KiCad counts
board_rest = 2;           // ledges at the sides: how far they reach under the board
post = 7;
m25_pilot = 2.1;          // M2.5 cuts its own thread in plastic
battery = [36, 29, 4.8];  // 500 mAh: 4.8 mm thick, 6 mm when it is old
battery_front = 0.5;
usb_from_left = 46.12;    // board: middle of the processor
usb_below = 14.15;        // board's face to the middle of the opening: USB-C of a XIAO 13.6, Mini-B of a Nano 14.6
usb_hole = [13.4, 9.2];   // the plug's handle goes in: 12.35 x 6.5 mm for USB-C
jack_hole = 6.2;
jack_z = 12;              // board's face to the jacks' middle
jack_front = 16;          // both sides of the front wall: trigger in, TTL out
jack_back = 1;            // contact switch
switch_hole_size = [8.7, 13.7];  // rocker that snaps into a panel of 1.8 mm
switch_panel = 1.8;
switch_x = 15;
led_hole = 5.2;
cover = 2.2;
wire_hole = [0, 6.5];     // cells' cables through the deck
wire_hole_d = 8.6;
tie = [3.2, 1.8];         // slot for a cable tie of 2.5 mm
tie_x = -7;               // two slots in the back wall, for the USB lead
anchor = [14.1, 6.5];     // bridge under the deck that the cells' cables are tied to

// ---- Base plate with contact switch (subminiature, 12.8 x 5.8 x 6.5 mm body)
base_side = 110;
base = 12;
base_pocket = 2.5;
base_ceiling = 2;
base_fit = 0.6;
switch_length = 12.8;
switch_width = 5.8;
switch_pitch = 6.5;
switch_hole = 2.2;
switch_tip = 5.5;         // mounting hole to the tip when it clicks
switch_travel = 0.3;      // pressed this much further by a standing object
switch_wall = 3;

// ---- Jig
jig_reach = 14;           // platform stands clear of the body's side
jig_eye = 3;
stand_leg = 10;
stand_length = 140;       // grip axis to the far face
stand_rise = 55;
clamp_bar = 9;
clamp_depth = 16;
clamp_room = 9;

bed = 200;                // the smallest printer that will do

// ---- Derived: nothing below is a choice
cell_y = cell_length / 2;
hole_outer = cell_y - cell_hole_inset;
hole_inner = hole_outer - cell_hole_pitch;
pad_y = cell_y - cell_pad;
load_z = (cell_height + load_gap) / 2;
load_top = load_gap / 2 + cell_height;

web_x0 = cell_width / 2 + web_gap;
grip_x0 = web_x0 + web;
grip_x1 = grip_x0 + cell_height;
carrier_x0 = grip_x1 + washer;
carrier_x1 = carrier_x0 + carrier;
plate_x1 = carrier_x1 + plate;
face_x = plate_x1 + sheet;
aperture = 2 * face_x;
plate_half = plate_side / 2;

wall_y0 = cell_y + spine_gap;
wall_y1 = wall_y0 + spine_wall;
body_top = -(plate_half + finger_room);
bay_top = body_top - deck;
bay_floor = bay_top - bay;
foot_y0 = 11;
foot_y1 = wall_y1;

tray_inner = steel_side + steel_play;
tray_outer = tray_inner + 2 * tray_wall;
tray_half = tray_outer / 2;
tray_depth = steel * steel_count + tray_foam;
tray_top = bay_floor - fit;
tray_bottom = tray_top - tray_depth - tray_wall;
rail_half = tray_half + rail;
body_inner = rail_half + fit;
body_half = body_inner + wall;
body_y0 = -(tray_half + 0.5 + wall);
body_y1 = wall_y1 + 0.5;
rail_bottom = tray_top - rail_land - rail - fit - lip_land;

board_z1 = bay_top - board_gap;
board_z0 = board_z1 - board_thick;          // the face with the parts
board_y1 = body_y1 - back_wall - board_edge;
board_y0 = board_y1 - board_width;
usb_x = board_length / 2 - usb_from_left;
usb_z = board_z0 - usb_below;
switch_at = board_z0 - 9.4;                 // middle of the rocker
led_z = board_z0 - 0.9;
cover_z0 = bay_floor + fit;
cover_z1 = cover_z0 + cover;
cover_y0 = body_y0 + wall + 0.6;
cover_y1 = body_y1 - back_wall - 0.6;
tongues = [[-4, 4], [21.5, 28]];            // x; the cover's, into the back wall
tongue = 2.4;

floor_z = tray_bottom;                      // top of the base's pocket
base_top = floor_z + base_pocket;
base_bottom = base_top - base;
switch_z = floor_z - switch_tip + switch_travel;

// ---- Joints: each list is cut into both parts, and the test looks for the holes in the meshes
digit_load_holes = [[0, -hole_outer], [0, -hole_inner]];       // x, y; bracket on load cell, axis z
digit_grip_holes = [[-hole_outer, 0], [-hole_inner, 0]];       // y, z; bracket on grip cell, axis x
carrier_holes = [[hole_inner, 0], [hole_outer, 0]];            // y, z; carrier on grip cell, axis x
spine_load_holes = [[0, hole_inner], [0, hole_outer]];         // x, y; spine on load cells, axis z
foot_holes = [[-8, 15.5], [8, 15.5], [-8, 30.5], [8, 30.5]];   // x, y; body on spine, from below, axis z
tab_hole = [0, bay_floor + 6];                                 // x, z; tray on body, axis y
cover_holes = [[-26.5, body_y0 + wall + 3.5], [26.5, body_y0 + wall + 3.5]];  // x, y; bay cover on body, axis z
post_hole = [board_length / 2 - board_hole[0], board_y1 - board_hole[1]];     // x, y; board on body, axis z

// ---- How each part lies on the bed: object frame -> print frame
function turn_x(a) = [[1,0,0,0],[0,cos(a),-sin(a),0],[0,sin(a),cos(a),0],[0,0,0,1]];
function turn_y(a) = [[cos(a),0,sin(a),0],[0,1,0,0],[-sin(a),0,cos(a),0],[0,0,0,1]];
function shift(v) = [[1,0,0,v[0]],[0,1,0,v[1]],[0,0,1,v[2]],[0,0,0,1]];

print_plate = shift([0, 0, plate_half]) * turn_x(-90);
print_carrier = shift([0, 0, -carrier_x0]) * turn_y(-90);
print_bracket = shift([0, 0, flange + load_top]) * turn_x(180);
print_spine = shift([0, 0, spine_half]) * turn_y(-90);
print_body = shift([0, 0, body_top]) * turn_x(180);
print_bay_cover = shift([0, 0, -(bay_floor + fit)]);
print_tray = shift([0, 0, -tray_bottom]);
print_base = shift([0, 0, -base_bottom]);
print_jig_plate = shift([0, 0, face_x + jig_reach + 3]) * turn_y(90);
print_jig_stand = shift([0, 0, tray_half]) * turn_x(90);
print_jig_clamp = shift([0, 0, clamp_depth / 2]) * turn_x(90);

identity = shift([0, 0, 0]);
other_digit = turn_y(180);

module m3_hole_z(at, z0, z1, d = m3_clear) {
    translate([at[0], at[1], z0 - 0.1]) cylinder(d = d, h = z1 - z0 + 0.2);
}

module m3_hole_x(at, x0, x1, d = m3_clear) {
    translate([x0 - 0.1, at[0], at[1]]) rotate([0, 90, 0]) cylinder(d = d, h = x1 - x0 + 0.2);
}

// A countersink whose wide end lies in the plane x and which narrows towards +x (or -x).
// Its cone goes on inside the hole, and its facets are turned against the hole's: where facets
// coincide, CGAL leaves slivers that are not manifold.
module m3_countersink_x(at, x, towards = 1) {
    inside = 0.4;
    translate([x, at[0], at[1]]) rotate([0, 90 * towards, 0]) rotate(180 / $fn) {
        translate([0, 0, -0.5]) cylinder(d = m3_head, h = 0.51);
        cylinder(d1 = m3_head, d2 = m3_clear - inside, h = (m3_head - m3_clear + inside) / 2);
    }
}

// The same along z.
module m3_countersink_z(at, z, towards = 1) {
    multmatrix([[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]]) m3_countersink_x(at, z, towards);
}

module box(x, y, z) {
    translate([x[0], y[0], z[0]]) cube([x[1] - x[0], y[1] - y[0], z[1] - z[0]]);
}

// The rail of the tray and of the jig's stand, as seen along y: [x, z].
module rail_profile() {
    polygon([
        [-rail_half, tray_top], [rail_half, tray_top],
        [rail_half, tray_top - rail_land], [tray_half, tray_top - rail_land - rail],
        [-tray_half, tray_top - rail_land - rail], [-rail_half, tray_top - rail_land],
    ]);
}

// 2D in x-z, drawn out along y.
module along_y(y0, y1) {
    translate([0, y1, 0]) rotate([90, 0, 0]) linear_extrude(y1 - y0) children();
}
