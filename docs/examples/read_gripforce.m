function [forces, events, trials, about] = read_gripforce(path)
% READ_GRIPFORCE  Read a recording that "gripforce export p01.grip -o p01.mat" wrote.
%
%   [forces, events, trials, about] = read_gripforce('p01.mat')
%
%   forces   columns t_s [s], grip_n, load_n and each digit's own [N]; NaN in gaps; not filtered
%   events   t_s, name ('contact', 'lift-off', ...), trial, and used: whether the trial counts
%   trials   one row for each trial: t_liftoff_s, gf_static_n, ..., why_left_out, and used
%   about    the description: subject, device, calibration, losses, analysis
%
%   It runs in MATLAB from R2016b on and in Octave from version 7 on.
  loaded = load(path);
  if ~isfield(loaded, 'recording') || ~isfield(loaded.recording, 'forces')
    error('gripforce:format', '%s has no forces: export it without --raw.', path);
  end
  recording = loaded.recording;
  forces = recording.forces;
  events = recording.events;
  events.used = logical(events.used);
  trials = recording.trials;
  if isfield(trials, 'why_left_out')  % a recording without trials has none
    trials.used = cellfun(@isempty, trials.why_left_out);
  end
  about = jsondecode(recording.metadata);
end
