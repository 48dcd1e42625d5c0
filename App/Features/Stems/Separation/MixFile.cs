using System.Buffers;
using System.Runtime.InteropServices;
using Downbeat.Signals;
using Microsoft.Win32.SafeHandles;

namespace Downbeat.Features.Stems.Separation;

/// <summary>A decoded song on disk: stereo, <see cref="StereoBlock.SampleRate"/>, 32-bit floats with the channels in turn. Any stretch of it can be read, so no part of a song need stay in memory.</summary>
internal sealed class MixFile : IDisposable
{
    private const int FrameBytes = 2 * sizeof(float);
    private readonly SafeFileHandle file;

    /// <summary>Opens what was decoded to <paramref name="path"/>.</summary>
    public MixFile(string path)
    {
        file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        Frames = RandomAccess.GetLength(file) / FrameBytes;
    }

    /// <summary>Length of the song.</summary>
    public long Frames { get; }

    /// <summary>Length of the song in seconds.</summary>
    public double DurationSeconds => (double)Frames / StereoBlock.SampleRate;

    /// <summary>What all samples are multiplied with; 1 leaves them as they are.</summary>
    public float Gain { get; set; } = 1;

    /// <summary>The highest sample, of whichever sign; 0 for silence. Reads the whole song.</summary>
    public float Peak(CancellationToken stop)
    {
        var (peak, block) = (0f, new StereoBlock(StereoBlock.SampleRate));
        for (long start = 0; start < Frames; start += block.Frames)
        {
            stop.ThrowIfCancellationRequested();
            Read(start, block);
            peak = Math.Max(peak, Math.Max(Vectors.Highest(block.Left), Vectors.Highest(block.Right)));
        }

        return peak;
    }

    /// <summary>Reads a stretch, for any thread. Outside the song there is silence.</summary>
    /// <param name="startFrame">Its first frame; may be negative or lie behind the end.</param>
    /// <param name="block">Takes as many frames as it has room for.</param>
    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public void Read(long startFrame, StereoBlock block)
    {
        var from = Math.Clamp(-startFrame, 0, block.Frames);
        var to = Math.Clamp(Frames - startFrame, from, block.Frames);
        block.Left.AsSpan().Clear();
        block.Right.AsSpan().Clear();
        var frames = (int)(to - from);
        var samples = ArrayPool<float>.Shared.Rent(2 * frames);
        try
        {
            ReadExactly(MemoryMarshal.AsBytes(samples.AsSpan(0, 2 * frames)), (startFrame + from) * FrameBytes);
            for (var n = 0; n < frames; n++)
            {
                (block.Left[from + n], block.Right[from + n]) = (Gain * samples[2 * n], Gain * samples[(2 * n) + 1]);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(samples);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void ReadExactly(Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(file, bytes, offset);
            if (count == 0)
            {
                throw new EndOfStreamException("The decoded song has become shorter while it was read.");
            }

            bytes = bytes[count..];
            offset += count;
        }
    }
}
