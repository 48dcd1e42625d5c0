using System.Buffers.Binary;
using System.Text;
using Downbeat.Features.Stems.Separation;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Writes a stereo WAV file of 24 bits, block by block.</summary>
internal sealed class WaveFile : IDisposable
{
    private const int HeaderBytes = 44;
    private const int FrameBytes = 6;
    private const int Loudest = (1 << 23) - 1;

    private readonly FileStream file;
    private byte[] bytes = [];

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="frames">How many frames it will have; less than 700 million, for a WAV file counts its bytes in 32 bits.</param>
    public WaveFile(string path, long frames)
    {
        file = File.Create(path);
        var size = checked((uint)(frames * FrameBytes));
        var header = new byte[HeaderBytes];
        Encoding.ASCII.GetBytes("RIFF    WAVEfmt ", header);
        Encoding.ASCII.GetBytes("data", header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), size + HeaderBytes - 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 2);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), StereoBlock.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), StereoBlock.SampleRate * FrameBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), FrameBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 24);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), size);
        file.Write(header);
    }

    /// <summary>Writes the first <paramref name="frames"/> of a block; what is louder than full is cut.</summary>
    public void Write(StereoBlock block, int frames)
    {
        Array.Resize(ref bytes, frames * FrameBytes);
        for (var n = 0; n < frames; n++)
        {
            Put(block.Left[n], bytes.AsSpan(FrameBytes * n));
            Put(block.Right[n], bytes.AsSpan((FrameBytes * n) + 3));
        }

        file.Write(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static void Put(float sample, Span<byte> to)
    {
        var value = (int)MathF.Round(Math.Clamp(sample, -1, 1) * Loudest);
        (to[0], to[1], to[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
    }
}
