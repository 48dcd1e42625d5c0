namespace Downbeat.Signals;

/// <summary>Weights that a block of sound is multiplied with before it is transformed.</summary>
internal static class WindowFunctions
{
    /// <summary>Periodic Hann window of the given length, values 0 to 1: shifted copies add up evenly.</summary>
    public static float[] Hann(int length)
    {
        var window = new float[length];
        for (var n = 0; n < length; n++)
        {
            window[n] = (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / length)));
        }

        return window;
    }
}
