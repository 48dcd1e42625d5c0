namespace Downbeat.Features.Demo;

/// <summary>Stereo chorus: each side also hears itself a few milliseconds late, by a delay that sways.</summary>
internal sealed class DemoSongEnsemble
{
    private const int Length = 2_048;
    private readonly float[] _left = new float[Length];
    private readonly float[] _right = new float[Length];
    private int _position;
    private float _phase;

    public (float Left, float Right) Run(float left, float right)
    {
        _position = (_position + 1) % Length;
        _left[_position] = left;
        _right[_position] = right;
        _phase += 0.62f / DemoSong.SampleRate;
        _phase -= (int)_phase;
        float sway = MathF.Sin(MathF.Tau * _phase) * 130;
        return ((left * 0.75f) + (Late(_left, 620 + sway) * 0.55f), (right * 0.75f) + (Late(_right, 620 - sway) * 0.55f));
    }

    private float Late(float[] line, float samples)
    {
        float place = _position - samples + Length;
        int whole = (int)place;
        float part = place - whole;
        return (line[whole % Length] * (1 - part)) + (line[(whole + 1) % Length] * part);
    }
}

/// <summary>Ping-pong echo: what goes in comes back on the other side each time, a little darker and softer.</summary>
internal sealed class DemoSongEcho(int delaySamples, float feedback)
{
    private const float Darkening = 0.35f;
    private readonly float[] _left = new float[delaySamples];
    private readonly float[] _right = new float[delaySamples];
    private float _darkLeft, _darkRight;
    private int _position;

    public (float Left, float Right) Run(float left, float right)
    {
        float lateLeft = _left[_position];
        float lateRight = _right[_position];
        _darkLeft += (lateLeft - _darkLeft) * Darkening;
        _darkRight += (lateRight - _darkRight) * Darkening;
        _left[_position] = ((left + right) * 0.5f) + (_darkRight * feedback);
        _right[_position] = _darkLeft;
        _position = (_position + 1) % delaySamples;
        return (lateLeft, lateRight);
    }
}

/// <summary>Reverberation by a feedback delay network: eight damped lines mixed by a Householder matrix (Jot and Chaigne 1991).</summary>
internal sealed class DemoSongRoom
{
    private const float Damping = 0.42f;
    private static readonly int[] Lengths = [1_031, 1_327, 1_523, 1_801, 2_053, 2_399, 2_741, 3_089];
    private readonly float[][] _lines = [.. Lengths.Select(length => new float[length])];
    private readonly float[] _gains;
    private readonly float[] _damped = new float[Lengths.Length];
    private readonly int[] _positions = new int[Lengths.Length];

    /// <param name="decaySeconds">Time in which the low frequencies fall by 60 dB.</param>
    public DemoSongRoom(float decaySeconds) =>
        _gains = [.. Lengths.Select(length => MathF.Pow(10, -3 * length / (decaySeconds * DemoSong.SampleRate)))];

    public (float Left, float Right) Run(float left, float right)
    {
        float sum = 0;
        for (int i = 0; i < _damped.Length; i++)
        {
            float late = _lines[i][_positions[i]] * _gains[i];
            _damped[i] += (late - _damped[i]) * (1 - Damping);
            sum += _damped[i];
        }

        float shared = sum * 2 / Lengths.Length;
        float outLeft = 0, outRight = 0;
        for (int i = 0; i < _damped.Length; i++)
        {
            bool isLeft = i % 2 == 0;
            _lines[i][_positions[i]] = _damped[i] - shared + (isLeft ? left : right);
            _positions[i] = (_positions[i] + 1) % Lengths[i];
            float sign = i % 4 < 2 ? 1 : -1;
            outLeft += isLeft ? _damped[i] * sign : 0;
            outRight += isLeft ? 0 : _damped[i] * sign;
        }

        return (outLeft * 0.4f, outRight * 0.4f);
    }
}
