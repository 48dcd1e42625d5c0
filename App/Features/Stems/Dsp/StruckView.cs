using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Features.Stems.Dsp;

/// <summary>A stretch of a song under a window of another length, and what is struck in it.</summary>
/// <param name="window">Samples under the window; its hop is a quarter.</param>
/// <param name="hops">Length of the stretch.</param>
/// <param name="scale">Factor of all powers.</param>
/// <param name="timeStep">Frames between two of the nine that make a median.</param>
/// <param name="binStep">Bins between two of the nine.</param>
internal sealed class StruckView(int window, int hops, float scale, int timeStep, int binStep)
{
    private readonly Stft grid = new(window, window / 4);
    private readonly Spectra spectra = new(hops + 1, (window / 2) + 1);

    /// <summary>Power of both channels.</summary>
    public Plane Power { get; } = new(hops + 1, (window / 2) + 1);

    /// <summary>What is struck, 0 to 1.</summary>
    public Plane Struck { get; } = new(hops + 1, (window / 2) + 1);

    /// <summary>Transforms a stretch.</summary>
    /// <param name="sound">The stretch.</param>
    /// <param name="moved">Hops from the start of the last one.</param>
    /// <param name="stop">Ends the work.</param>
    public void Take(StereoBlock sound, int moved, CancellationToken stop)
    {
        var from = Math.Max(0, Power.Frames - moved - SongStretch.Edge);
        grid.Forward(sound.Left, 0, spectra, from);
        Power.Renew(moved, SongStretch.Edge, (frame, row) => SongStretch.Product(spectra, spectra, frame, scale, row), stop);
        grid.Forward(sound.Right, 0, spectra, from);
        Parallel.For(from, Power.Frames, Cores.All(stop), () => new float[Power.Bins], (frame, _, right) =>
        {
            SongStretch.Product(spectra, spectra, frame, scale, right);
            Vectors.Add(right, Power.Row(frame));
            return right;
        }, _ => { });
        StruckShare.Renew(Struck, Power, moved, timeStep, binStep, stop);
    }
}
