namespace Downbeat.Features.Analysis.Dsp;

/// <summary>What beat networks heard, brought to the time base and the scale of what the onsets say.</summary>
internal static class NetworkEvidence
{
    private const float Surest = 0.99f;
    private const int StatesPerBeat = 16;
    private const double ReachSeconds = 0.04;

    /// <summary>Probability of a beat, first of its bar or not, at every onset frame; 0 where the networks heard nothing.</summary>
    /// <param name="networks">Activations.</param>
    /// <param name="frames">Frames of the onset series.</param>
    public static float[] Pulse(BeatActivations networks, int frames)
    {
        var pulse = new float[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            var place = networks.FrameAt(frame / Onsets.FramesPerSecond);
            var at = (int)Math.Floor(place);
            var (here, next) = (Any(networks, at), Any(networks, at + 1));
            pulse[frame] = here + ((float)(place - at) * (next - here));
        }

        return pulse;
    }

    /// <summary>
    /// What a beat at each onset frame is worth: log odds of a beat, where a beat is expected at one moment in sixteen (the observation model of Böck, Krebs
    /// and Widmer, ISMIR 2014). −1 to 4, like the reward of an onset.
    /// </summary>
    /// <param name="networks">Activations.</param>
    /// <param name="frames">Frames of the onset series.</param>
    public static float[] Reward(BeatActivations networks, int frames)
    {
        var reward = Pulse(networks, frames);
        for (var frame = 0; frame < frames; frame++)
        {
            var sure = Math.Clamp(reward[frame], 1 - Surest, Surest);
            reward[frame] = Math.Clamp(MathF.Log((StatesPerBeat - 1) * sure / (1 - sure)), -1, 4);
        }

        return reward;
    }

    /// <summary>Log odds that a beat is the first of its bar rather than another one; 0 when the networks do not know. About ±4.6 at most.</summary>
    /// <param name="networks">Activations.</param>
    /// <param name="seconds">Time of the beat.</param>
    public static double First(BeatActivations networks, double seconds)
    {
        var from = Math.Max(0, (int)Math.Round(networks.FrameAt(seconds - ReachSeconds)));
        var to = Math.Min(networks.Beat.Length - 1, (int)Math.Round(networks.FrameAt(seconds + ReachSeconds)));
        double first = 1 - Surest, other = 1 - Surest;
        for (var frame = from; frame <= to; frame++)
        {
            first = Math.Max(first, networks.Downbeat[frame]);
            other = Math.Max(other, networks.Beat[frame]);
        }

        return Math.Log(first / other);
    }

    private static float Any(BeatActivations networks, int frame) =>
        (uint)frame < (uint)networks.Beat.Length ? Math.Min(1, networks.Beat[frame] + networks.Downbeat[frame]) : 0;
}
