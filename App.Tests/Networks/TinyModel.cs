using System.Security.Cryptography;
using Downbeat.Networks;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Networks;

/// <summary>An ONNX file of one operation from input x to output y, both [?, 3] of single precision.</summary>
internal sealed record TinyModel(string Operation)
{
    public const int Width = 3;

    public byte[] Bytes { get; } = OneOperation(Operation);

    /// <summary>The network as the product would know it.</summary>
    public Network Network(string name = "Tiny", string input = "x", int width = Width, ModelFile? labels = null) => new(
        name, new(name + ".onnx", Hash(Bytes)), labels, [new(input, TensorShape.Free, width)], [new("y", TensorShape.Free, width)], "https://example.org", "CC0");

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] OneOperation(string operation)
    {
        var graph = new OnnxGraph();
        return graph.Output("y", graph.Apply(operation, [graph.Input("x", TensorShape.Free, Width)]), TensorShape.Free, Width).ToBytes();
    }
}
