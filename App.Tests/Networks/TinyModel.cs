using System.Security.Cryptography;
using System.Text;
using Downbeat.Networks;

namespace Downbeat.Tests.Networks;

/// <summary>An ONNX file written by hand: one operation from input x to output y, both [?, 3] of single precision.</summary>
internal sealed record TinyModel(string Operation)
{
    public const int Width = 3;

    public byte[] Bytes { get; } = Message(
        Field(1, 8),
        Field(7, Message(
            Field(1, Message(Field(1, "x"), Field(2, "y"), Field(4, Operation))),
            Field(2, "tiny"),
            Field(11, Value("x")),
            Field(12, Value("y")))),
        Field(8, Message(Field(1, ""), Field(2, 13))));

    /// <summary>The network as the product would know it.</summary>
    public Network Network(string name = "Tiny", string input = "x", int width = Width, ModelFile? labels = null) => new(
        name, new(name + ".onnx", Hash(Bytes)), labels, [new(input, TensorShape.Free, width)], [new("y", TensorShape.Free, width)], "https://example.org", "CC0");

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Value(string name)
    {
        var shape = Message(Field(1, Message(Field(2, "n"))), Field(1, Message(Field(1, Width))));
        return Message(Field(1, name), Field(2, Message(Field(1, Message(Field(1, 1), Field(2, shape))))));
    }

    // Protocol buffers: a key of number and kind (0 a number, 2 a length and as many bytes), then the value; all numbers here are below 128.
    private static byte[] Field(int number, int value) => [(byte)(number << 3), (byte)value];

    private static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int number, byte[] value) => [(byte)((number << 3) | 2), (byte)value.Length, .. value];

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];
}
