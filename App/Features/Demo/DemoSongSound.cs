using System.Runtime.CompilerServices;

namespace Downbeat.Features.Demo;

/// <summary>Two channels of samples, full scale at 1.</summary>
internal sealed class DemoSongBus(int samples)
{
    public float[] Left { get; } = new float[samples];

    public float[] Right { get; } = new float[samples];

    /// <summary>Adds a one-shot at a sample; what hangs over the end is cut.</summary>
    public void Add(DemoSongBus shot, int at, float gain)
    {
        int count = Math.Min(shot.Left.Length, Left.Length - at);
        for (int i = 0; i < count; i++)
        {
            Left[at + i] += shot.Left[i] * gain;
            Right[at + i] += shot.Right[i] * gain;
        }
    }
}

/// <summary>White noise that is the same on every machine (xorshift, Marsaglia 2003).</summary>
internal struct DemoSongNoise(uint seed)
{
    private uint _state = seed;

    /// <summary>The next value, from -1 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (int)_state * (1f / 2147483648f);
    }
}

/// <summary>A saw-tooth without audible aliases: its step is rounded by a two-sample polynomial (PolyBLEP, Välimäki and Huovilainen 2007).</summary>
internal struct DemoSongSaw(double hertz, float phase)
{
    private readonly float _step = (float)(hertz / DemoSong.SampleRate);
    private float _phase = phase;

    /// <summary>The next value, from -1 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Next()
    {
        _phase += _step;
        if (_phase >= 1)
        {
            _phase -= 1;
        }

        float value = (2 * _phase) - 1;
        if (_phase < _step)
        {
            float t = _phase / _step;
            value -= t + t - (t * t) - 1;
        }
        else if (_phase > 1 - _step)
        {
            float t = (_phase - 1) / _step;
            value -= (t * t) + t + t + 1;
        }

        return value;
    }
}

/// <summary>State-variable filter in the trapezoidal form, stable while its cut-off moves (Simper 2013).</summary>
internal struct DemoSongFilter
{
    private float _first, _second, _a1, _a2, _a3, _damping;

    public DemoSongFilter(float hertz, float resonance = 0.7f) => Tune(hertz, resonance);

    /// <summary>Low-pass value after the last <see cref="Run"/>.</summary>
    public float Low { get; private set; }

    /// <summary>Band-pass value after the last <see cref="Run"/>.</summary>
    public float Band { get; private set; }

    /// <summary>High-pass value after the last <see cref="Run"/>.</summary>
    public float High { get; private set; }

    /// <summary>Moves the cut-off; <paramref name="resonance"/> is the Q.</summary>
    public void Tune(float hertz, float resonance)
    {
        float g = MathF.Tan(MathF.PI * Math.Clamp(hertz, 20, 18_000) / DemoSong.SampleRate);
        _damping = 1 / resonance;
        _a1 = 1 / (1 + (g * (g + _damping)));
        _a2 = g * _a1;
        _a3 = g * _a2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run(float input)
    {
        float difference = input - _second;
        float band = (_a1 * _first) + (_a2 * difference);
        float low = _second + (_a2 * _first) + (_a3 * difference);
        _first = (2 * band) - _first;
        _second = (2 * low) - _second;
        Low = low;
        Band = band;
        High = input - (_damping * band) - low;
    }
}

/// <summary>Straight attack, exponential decay to a sustained level, exponential release after the note ends.</summary>
internal struct DemoSongEnvelope(int heldSamples, float attackSeconds, float decaySeconds, float sustain, float releaseSeconds)
{
    private readonly int _attack = Math.Max(1, (int)(attackSeconds * DemoSong.SampleRate));
    private readonly float _decay = PerSample(decaySeconds);
    private readonly float _release = PerSample(releaseSeconds);
    private int _sample;
    private float _level;

    /// <summary>Samples until the sound is gone: the note and seven times the release (-60 dB).</summary>
    public readonly int LengthSamples => heldSamples + (int)(7 * releaseSeconds * DemoSong.SampleRate);

    /// <summary>The next level, from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Next()
    {
        if (_sample >= heldSamples)
        {
            _level *= _release;
        }
        else if (_sample < _attack)
        {
            _level = (float)(_sample + 1) / _attack;
        }
        else
        {
            _level = sustain + ((_level - sustain) * _decay);
        }

        _sample++;
        return _level;
    }

    private static float PerSample(float seconds) => MathF.Exp(-1 / (seconds * DemoSong.SampleRate));
}
